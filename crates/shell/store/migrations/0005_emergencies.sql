-- Which numbers have their emergency switch on is found at every start, however many facts there are.
CREATE INDEX IF NOT EXISTS fact_emergency_switched ON fact (tenant, epoch, seq) WHERE kind = 'emergency_switched';
