-- What people do on the platform; copied to ClickHouse by what reads `synced_at IS NULL`.
CREATE TABLE IF NOT EXISTS analytics_events (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    event_name text NOT NULL,
    user_id uuid,
    session_id uuid,
    properties jsonb NOT NULL DEFAULT '{}',
    occurred_at timestamptz NOT NULL DEFAULT now(),
    synced_at timestamptz
);

CREATE INDEX IF NOT EXISTS idx_analytics_events_properties ON analytics_events USING GIN (properties jsonb_path_ops);
CREATE INDEX IF NOT EXISTS idx_analytics_events_occurred_at ON analytics_events USING BRIN (occurred_at);
CREATE INDEX IF NOT EXISTS idx_analytics_events_unsynced ON analytics_events (occurred_at) WHERE synced_at IS NULL;
