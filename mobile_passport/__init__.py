"""Mobile passport outreach: requests, planning, publication and messages of an immigration office."""
