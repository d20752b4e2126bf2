CREATE TABLE IF NOT EXISTS parcels (
    id uuid PRIMARY KEY DEFAULT uuid_generate_v4(),
    farm_id uuid NOT NULL,
    name text NOT NULL,
    crop text,
    geometry geometry(Polygon, 4326) NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
);

CREATE INDEX IF NOT EXISTS idx_parcels_geometry ON parcels USING GIST (geometry);
CREATE INDEX IF NOT EXISTS idx_parcels_farm ON parcels (farm_id);
