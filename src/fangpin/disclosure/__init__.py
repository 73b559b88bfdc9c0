"""What leaves for the public: notices built from cases, and what citizens hand in (docs/notices.md,
docs/public.md)."""
