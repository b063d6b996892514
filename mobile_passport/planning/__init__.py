"""From waiting people to a planning problem, and from a plan back to people. The only place that converts units."""
