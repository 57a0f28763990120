"""Serves the report from the bucket: behind Identity-Aware Proxy on the cloud, on this machine with `rapport serve`."""
