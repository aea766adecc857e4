-- When phones came and went is asked for each agent, however many facts there are (DIA-08).
CREATE INDEX IF NOT EXISTS fact_of_phones ON fact (tenant, at)
    WHERE kind IN ('node_started', 'endpoint_registered', 'endpoint_gone', 'keys_ended', 'registration_refused');
