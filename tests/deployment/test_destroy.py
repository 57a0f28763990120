"""`rapport destroy`, end to end, against a stand-in for gcloud."""

from tests.deployment.conftest import DESTROY, PROJECT, Console


def test_destroy_leaves_the_data_and_its_secret_alone(deployed: Console) -> None:
    gone = deployed.rapport(*DESTROY, read=f"{PROJECT}\n")
    assert gone.returncode == 0, gone.stderr
    left = {group: things for group, things in deployed.state.items() if things}
    assert set(left["storage buckets"]) == {f"gs://{PROJECT}-rapport"}
    assert set(left["secrets"]) == {"rapport-secret"}
    assert set(left) == {
        "services", "storage buckets", "storage objects", "secrets", "secret versions", "policies", "cleanup",
        "services identity",
        "made",
    }  # fmt: skip
    assert left["policies"][f"storage buckets gs://{PROJECT}-rapport "] == []
    deployed.changes()
    again = deployed.rapport(*DESTROY, read=f"{PROJECT}\n")
    assert again.returncode == 0, again.stderr
    assert deployed.changes() == []


def test_destroy_takes_the_data_too_when_told_so(deployed: Console) -> None:
    gone = deployed.rapport(*DESTROY, "--data-too", read=f"{PROJECT}\n")
    assert gone.returncode == 0, gone.stderr
    assert "cannot be had back" in gone.stdout
    assert not deployed.state["storage buckets"]
    assert not deployed.state["secrets"]


def test_destroy_wants_the_name_typed(console: Console) -> None:
    refused = console.rapport(*DESTROY, read="yes\n")
    assert refused.returncode == 2
    assert "nothing was removed" in refused.stderr
    assert console.calls == []
