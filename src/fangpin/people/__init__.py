"""Users, the posts they hold, and what a post may see: role × area × department."""
