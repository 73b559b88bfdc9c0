#!/bin/sh
# Once, on an empty cluster: the login of the program, which owns its database and is no superuser.
set -eu
password=$(cat "$FANGPIN_PASSWORD_FILE")
psql -v ON_ERROR_STOP=1 -v password="$password" --username postgres <<'SQL'
CREATE ROLE fangpin LOGIN NOSUPERUSER NOBYPASSRLS PASSWORD :'password';
-- Requests run under this role; row policies are for it.
CREATE ROLE fangpin_web NOLOGIN NOSUPERUSER NOBYPASSRLS;
GRANT fangpin_web TO fangpin;
CREATE DATABASE fangpin OWNER fangpin ENCODING 'UTF8' TEMPLATE template0;
SQL
