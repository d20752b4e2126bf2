-- What each consumer has handled, so that an event that is delivered twice is handled once.
CREATE TABLE consumer_inbox (
    event_id uuid NOT NULL,
    consumer_name text NOT NULL,
    source_topic text NOT NULL,
    payload jsonb NOT NULL DEFAULT '{}',
    consumed_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (consumer_name, event_id)
);

CREATE INDEX idx_consumer_inbox_consumed_at ON consumer_inbox (consumed_at);

CREATE FUNCTION cleanup_consumer_inbox(days integer DEFAULT 90) RETURNS bigint
    LANGUAGE plpgsql
    SET search_path = public, pg_temp
AS $$
DECLARE
    removed bigint;
BEGIN
    IF days < 1 THEN
        RAISE EXCEPTION 'cleanup_consumer_inbox: % days; at least 1', days;
    END IF;
    DELETE FROM consumer_inbox WHERE consumed_at < now() - make_interval(days => days);
    GET DIAGNOSTICS removed = ROW_COUNT;
    RETURN removed;
END
$$;

COMMENT ON FUNCTION cleanup_consumer_inbox(integer) IS 'Removes what was consumed more than so many days ago, and says how many rows that were.';
