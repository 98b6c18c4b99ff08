"""An app with jobs and reactions for real workers, which tests start as processes of their own."""
