import { foundation } from "./support/foundation.ts";

const daysKept = 30;

/**
 * Beside pg_cron: what ran when, and how it ended, for those who may see it; and the end of what is old, which pg_cron keeps for ever.
 * https://github.com/citusdata/pg_cron#viewing-job-run-details
 */
export const jobRuns = `
${foundation}
CREATE OR REPLACE VIEW postgres_ha.job_runs AS
SELECT d.database, coalesce(substr(j.jobname, length(d.database) + 3), j.jobname, 'a job that is gone') AS job,
  d.status, d.start_time AS started, d.end_time AS ended, d.end_time - d.start_time AS took,
  d.return_message AS message, d.username AS role, d.command, d.runid AS run
FROM cron.job_run_details d LEFT JOIN cron.job j USING (jobid)
WHERE pg_has_role('pg_monitor', 'USAGE')
  OR EXISTS (SELECT FROM pg_database b WHERE b.datname = d.database AND pg_has_role(b.datdba, 'USAGE'))
ORDER BY d.runid DESC;
COMMENT ON VIEW postgres_ha.job_runs IS
  'The runs of scheduled jobs in the databases that you own, or of all where you are pg_monitor; the last ${daysKept} days.';
GRANT SELECT ON postgres_ha.job_runs TO pg_monitor;
SELECT cron.schedule('postgres_ha: forget runs', '17 3 * * *',
  'DELETE FROM cron.job_run_details WHERE end_time < now() - interval ''${daysKept} days''');
`;
