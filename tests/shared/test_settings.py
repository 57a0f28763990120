"""Read once, typed; what is wrong is told all at once and by name; what is secret is never printed."""

import stat
import threading
from pathlib import Path

import pytest

from shared.bucket import open_bucket
from shared.errors import SettingsError
from shared.settings import LOCAL_SECRET, Secret, Settings

LONG = "0123456789" * 4


def test_without_any_setting_everything_is_local() -> None:
    settings = Settings.read({})
    assert settings.bucket_url == "./rapport-data"
    assert settings.project == "default"
    assert settings.overlap_days == 3
    assert settings.buttondown_api_url == "https://api.buttondown.com/v1"
    assert not settings.buttondown_api_key
    assert settings.is_local


def test_every_setting_is_read() -> None:
    settings = Settings.read(
        {
            "RAPPORT_BUCKET": "gs://my-bucket/some/prefix",
            "RAPPORT_PROJECT": "the-weekly_2",
            "RAPPORT_SECRET": LONG,
            "RAPPORT_OVERLAP_DAYS": "10",
            "BUTTONDOWN_API_KEY": " key \n",
            "BUTTONDOWN_API_URL": "http://127.0.0.1:8000/v1/",
            "BUTTONDOWN_WEBHOOK_KEY": f" {LONG}\n",
            "RAPPORT_IAP_AUDIENCE": "/projects/1/locations/r/services/report-site",
            "RAPPORT_IAP_KEYS_URL": "http://127.0.0.1:9000/keys",
            "RAPPORT_SYNC_JOB": "projects/p/locations/r/jobs/sync-job",
            "RAPPORT_JOBS_API_URL": "http://127.0.0.1:9000/v2",
            "RAPPORT_PASSWORD_HASH": LONG,
        }
    )
    assert (settings.bucket_url, settings.is_local) == ("gs://my-bucket/some/prefix", False)
    assert (settings.project, settings.overlap_days) == ("the-weekly_2", 10)
    assert settings.secret.reveal() == LONG
    assert settings.buttondown_api_key.reveal() == "key"
    assert settings.buttondown_api_url == "http://127.0.0.1:8000/v1"
    assert settings.buttondown_webhook_key.reveal() == LONG
    assert LONG not in repr(settings)
    assert settings.iap_audience == "/projects/1/locations/r/services/report-site"
    assert settings.iap_keys_url == "http://127.0.0.1:9000/keys"
    assert settings.sync_job == "projects/p/locations/r/jobs/sync-job"
    assert settings.jobs_api_url == "http://127.0.0.1:9000/v2"
    assert settings.password_hash.reveal() == LONG


@pytest.mark.parametrize("empty", ["", "  ", "\n"])
def test_an_empty_setting_is_one_that_was_not_given(empty: str) -> None:
    names = (
        "RAPPORT_BUCKET",
        "RAPPORT_PROJECT",
        "RAPPORT_SECRET",
        "RAPPORT_OVERLAP_DAYS",
        "BUTTONDOWN_API_URL",
    )
    assert Settings.read(dict.fromkeys(names, empty)) == Settings.read({})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("RAPPORT_BUCKET", "s3://bucket"),
        ("RAPPORT_BUCKET", "gs://"),
        ("RAPPORT_BUCKET", "gs://Bucket"),
        ("RAPPORT_PROJECT", "The Weekly"),
        ("RAPPORT_PROJECT", "../other"),
        ("RAPPORT_PROJECT", "a" * 64),
        ("RAPPORT_SECRET", "short"),
        ("RAPPORT_OVERLAP_DAYS", "three"),
        ("RAPPORT_OVERLAP_DAYS", "-1"),
        ("RAPPORT_OVERLAP_DAYS", "366"),
        ("RAPPORT_OVERLAP_DAYS", "1.5"),
        ("RAPPORT_OVERLAP_DAYS", "٣"),
        ("BUTTONDOWN_API_KEY", "two words"),
        ("BUTTONDOWN_API_KEY", "kéy"),
        ("BUTTONDOWN_API_KEY", "a\x00b"),
        ("BUTTONDOWN_WEBHOOK_KEY", "too short a key"),
        ("BUTTONDOWN_WEBHOOK_KEY", "k" * 256),
        ("BUTTONDOWN_WEBHOOK_KEY", "a kéy of enough characters"),
        ("BUTTONDOWN_WEBHOOK_KEY", "a key of enough\x00 characters"),
        ("BUTTONDOWN_API_URL", "api.buttondown.com/v1"),
        ("BUTTONDOWN_API_URL", "ftp://api.buttondown.com"),
        ("BUTTONDOWN_API_URL", "https://api.buttondown.com/v1?x=1"),
        ("BUTTONDOWN_API_URL", "https://api.buttondown.com:port/v1"),
        ("BUTTONDOWN_API_URL", "https://[::1/v1"),
        ("RAPPORT_IAP_AUDIENCE", "report-site"),
        ("RAPPORT_IAP_AUDIENCE", "/projects/my-project/locations/r/services/report-site"),
        ("RAPPORT_SYNC_JOB", "sync-job"),
        ("RAPPORT_SYNC_JOB", "projects/p/locations/r/jobs/a/b"),
        ("RAPPORT_IAP_KEYS_URL", "gstatic"),
        ("RAPPORT_JOBS_API_URL", "ftp://run.googleapis.com"),
    ],
)
def test_a_wrong_setting_is_refused_by_name(name: str, value: str) -> None:
    with pytest.raises(SettingsError) as refused:
        Settings.read({"RAPPORT_SECRET": LONG, name: value})
    [fault] = refused.value.faults
    assert fault.startswith(name)
    assert refused.value.exit_code == 2


def test_every_fault_is_told_at_once() -> None:
    wrong = {
        "RAPPORT_BUCKET": "s3://bucket",
        "RAPPORT_PROJECT": "The Weekly",
        "RAPPORT_SECRET": "short",
        "RAPPORT_OVERLAP_DAYS": "three",
        "BUTTONDOWN_API_KEY": "two words",
        "BUTTONDOWN_API_URL": "nowhere",
    }
    with pytest.raises(SettingsError) as refused:
        Settings.read(wrong)
    assert [fault.split()[0] for fault in refused.value.faults] == list(wrong)


def test_faults_repeat_no_secret() -> None:
    with pytest.raises(SettingsError) as refused:
        Settings.read({"RAPPORT_SECRET": "a-canary", "BUTTONDOWN_API_KEY": "another canary"})
    assert "canary" not in str(refused.value)


def test_a_bucket_in_the_cloud_needs_a_secret_where_something_is_hashed_and_nowhere_else() -> None:
    settings = Settings.read({"RAPPORT_BUCKET": "gs://my-bucket"})
    for keep in (True, False):
        with pytest.raises(SettingsError, match="RAPPORT_SECRET is required with a gs:// bucket: make one"):
            settings.hashing_secret(keep=keep)
    assert not Path("gs:").exists()


def test_a_secret_is_not_printed() -> None:
    secret = Secret("canary")
    shown = f"{secret} {secret!r} {secret:>20} {secret!s} {[secret]} {secret}" + str(secret) + "%s" % secret  # noqa: UP031
    settings = Settings.read(
        {"RAPPORT_SECRET": LONG, "BUTTONDOWN_API_KEY": "canary", "RAPPORT_PASSWORD_HASH": "canary"}
    )
    shown += repr(settings) + str(settings)
    assert "canary" not in shown
    assert LONG not in shown
    assert secret.reveal() == "canary"
    assert type(secret.reveal()) is str


def test_a_local_secret_is_made_once_for_this_user_alone(tmp_path: Path) -> None:
    settings = Settings.read({"RAPPORT_BUCKET": str(tmp_path / "data")})
    first = settings.hashing_secret()
    assert settings.hashing_secret() == first
    assert len(first.reveal()) >= 32
    path = tmp_path / "data" / LOCAL_SECRET
    assert path.read_text().strip() == first.reveal()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [each.name for each in path.parent.iterdir()] == [LOCAL_SECRET]


def test_runs_that_begin_together_agree_on_the_secret(tmp_path: Path) -> None:
    settings = Settings.read({"RAPPORT_BUCKET": str(tmp_path / "data")})
    start = threading.Barrier(8)
    found: list[str] = []

    def look() -> None:
        start.wait()
        found.append(settings.hashing_secret().reveal())

    threads = [threading.Thread(target=look) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(found)) == 1
    assert len(found) == 8


def test_a_given_secret_leaves_no_file(tmp_path: Path) -> None:
    settings = Settings.read({"RAPPORT_BUCKET": str(tmp_path / "data"), "RAPPORT_SECRET": LONG})
    assert settings.hashing_secret().reveal() == LONG
    assert not (tmp_path / "data").exists()


def test_a_damaged_local_secret_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / LOCAL_SECRET).write_text("cut sho")
    with pytest.raises(SettingsError, match="is damaged"):
        Settings.read({"RAPPORT_BUCKET": str(tmp_path)}).hashing_secret()
    assert (tmp_path / LOCAL_SECRET).read_text() == "cut sho"


def test_a_store_whose_secret_is_gone_gets_no_new_one(tmp_path: Path) -> None:
    store = tmp_path / "default" / "engagement.sqlite"
    store.parent.mkdir()
    store.touch()
    with pytest.raises(SettingsError, match="put it back from a backup"):
        Settings.read({"RAPPORT_BUCKET": str(tmp_path)}).hashing_secret()
    assert not (tmp_path / LOCAL_SECRET).exists()


def test_a_secret_for_one_run_leaves_nothing(tmp_path: Path) -> None:
    settings = Settings.read({"RAPPORT_BUCKET": str(tmp_path / "new")})
    assert len(settings.hashing_secret(keep=False).reveal()) >= 32
    assert not (tmp_path / "new").exists()


def test_a_bucket_that_is_a_file_is_refused_by_name(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    with pytest.raises(SettingsError, match="RAPPORT_BUCKET"):
        Settings.read({"RAPPORT_BUCKET": str(file)}).hashing_secret()
    with pytest.raises(SettingsError, match="RAPPORT_BUCKET"):
        open_bucket(str(file))
