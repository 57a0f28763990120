"""A run: one lease, one copy, one commit; whatever happens, it says so."""

from datetime import timedelta

from tests.sync_job.world import World


def test_a_first_run_brings_everything(world: World) -> None:
    report = world.sync()
    assert (report.outcome, report.exit_code, report.problems) == ("done", 0, [])
    assert report.counts.events_new == 7
    world.assert_true()


def test_a_second_run_changes_nothing_and_uploads_nothing(world: World) -> None:
    world.sync()
    generation = world.generation()
    world.now += timedelta(hours=1)
    report = world.sync()
    assert report.outcome == "done"
    assert report.counts.commits == 0
    assert world.generation() == generation
    assert world.last_run()["run_id"] == report.run_id
    world.assert_true()
