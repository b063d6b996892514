"""Column generation: a pool of routes, pricing with a proof, a master problem, and improvement of the incumbent."""
