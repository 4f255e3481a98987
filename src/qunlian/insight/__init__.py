"""What every action did: Today, reports, metrics; composes the reads of all slices below."""
