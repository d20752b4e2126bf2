CREATE TABLE IF NOT EXISTS feature_flags (
    key text PRIMARY KEY,
    description text NOT NULL,
    enabled boolean NOT NULL DEFAULT false,
    rollout_percent smallint NOT NULL DEFAULT 0 CHECK (rollout_percent BETWEEN 0 AND 100),
    updated_at timestamptz NOT NULL DEFAULT now()
);

-- A flag that somebody has switched stays as it is.
INSERT INTO feature_flags (key, description, enabled, rollout_percent) VALUES
    ('marketplace_v2', 'The new marketplace', false, 0),
    ('realtime_tracking', 'Positions of deliveries as they change', true, 100),
    ('ai_crop_advice', 'Advice on crops from the assistant', false, 10),
    ('parcel_map', 'Parcels on a map', true, 50)
ON CONFLICT (key) DO NOTHING;
