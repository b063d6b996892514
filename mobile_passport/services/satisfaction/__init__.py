"""What people thought of the service: results of surveys, recorded and shown."""
