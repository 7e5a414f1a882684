"""The service: settings, routes and commands around the workflows of geo."""
