"""Results of surveys of public satisfaction."""
