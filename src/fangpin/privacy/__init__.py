"""Rights of persons over what is kept about them: requests, notices, retention, erasing."""
