"""What redirects the requests of one HTTP library: `METHODS` lists the classes, methods and wrappers."""
