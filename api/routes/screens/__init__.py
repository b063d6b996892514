"""Screens of those who are signed in: pages and the forms on them, each calling the services that the API calls."""
