export const postgresPort = 5432;
export const patroniPort = 8008;
