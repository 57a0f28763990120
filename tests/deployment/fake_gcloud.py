"""A stand-in for the gcloud executable: remembers in a folder what was made, and every call with its input.

`state.json` holds what is there; `calls.ndjson` every call; `faults.json` what to fail: a list of
[words that must all occur, message, how often].
"""

import json
import os
import sys
from pathlib import Path
from typing import Any

NUMBER = "123456789012"
BUILT = {
    "run jobs": ["sync-job", "report-builder"],
    "run services": ["report-site"],
    "scheduler jobs": ["sync-job", "report-builder"],
}


class Cloud:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.path = folder / "state.json"
        self.state: dict[str, Any] = json.loads(self.path.read_text()) if self.path.exists() else {}

    def things(self, group: str) -> dict[str, Any]:
        things: dict[str, Any] = self.state.setdefault(group, {})
        return things

    def count(self) -> int:
        self.state["made"] = made = int(self.state.get("made", 0)) + 1
        return made

    def answer(self, arguments: list[str], read: str) -> tuple[int, str, str]:
        words = [each for each in arguments if not each.startswith("--")]
        flags = dict(each[2:].partition("=")[::2] for each in arguments if each.startswith("--"))
        if words[0] in ("beta", "alpha"):
            del words[0]
        said = self._said(words, flags, read)
        if said is None:
            return 1, "", f"ERROR: (gcloud.{'.'.join(words[:-1])}) NOT_FOUND: {words[-1]} was not found"
        return 0, said + "\n" if said else "", ""

    def _said(self, words: list[str], flags: dict[str, str], read: str) -> str | None:
        verb = next(each for each in words[1:] if each in VERBS or each.endswith("-iam-policy-binding"))
        at = words.index(verb, 1)
        group, names = " ".join(words[:at]), words[at + 1 :]
        if verb.endswith(("-iam-policy", "-iam-policy-binding")):
            return self._policy(verb, f"{group} {' '.join(names)} {flags.get('service', '')}", flags)
        if (group, verb) == ("projects", "describe"):
            return NUMBER
        if verb == "enable":
            self.things(group).update(dict.fromkeys(names, ""))
            return ""
        if (group, verb) == ("builds", "submit"):
            self._build(flags)
            return ""
        if (group, verb) == ("storage", "cp"):
            return self.things("storage objects").setdefault(names[1], read) and ""
        if (group, verb) == ("storage", "rm"):
            return "" if self.things("storage buckets").pop(names[0], None) is not None else None
        if verb in ("set-cleanup-policies", "list-cleanup-policies"):
            return self._cleanup(verb)
        if group == "secrets versions":
            return self._versions(verb, names[0], read)
        return self._thing(group, verb, names, flags)

    def _thing(self, group: str, verb: str, names: list[str], flags: dict[str, str]) -> str | None:
        things = self.things(group)
        names = [name for name in names if name != "http"]
        if group == "iam service-accounts" and verb == "create":
            names = [f"{names[0]}@{flags['project']}.iam.gserviceaccount.com"]
        if verb == "list":
            return "\n".join(each for each in things if chosen(things[each], flags.get("filter", "")))
        if verb == "create":
            policy = json.loads(flags.get("policy", "{}"))
            title = flags.get("display-name", "")
            if policy:
                title = f"{policy['displayName']} {policy['userLabels']['version']}"
            name = names[0] if names else flags.get("service", "")
            name = name or f"projects/p/{group.split()[-1]}/{self.count()}"
            things[name] = {} if group == "storage buckets" else title
            return ""
        if verb == "deploy":
            things[" ".join(names)] = ""
            return ""
        if names[0] not in things:
            return None
        if verb == "update" and group == "storage buckets":
            things[names[0]] |= flags
        if verb == "delete":
            del things[names[0]]
        if verb == "describe":
            return self._described(group, names[0], flags.get("format", ""))
        return ""

    def _described(self, group: str, name: str, form: str) -> str:
        if group != "storage buckets":
            address = str(self.state.get("address", ""))
            return {"value(state)": "ENABLED", "value(status.url)": address}.get(form, name)
        settings: dict[str, str] = self.things(group)[name]
        if "versioning_enabled" in form:
            return f"True enforced {'versioning' in settings}"
        if "soft_delete" in form:
            return "0" if "clear-soft-delete" in settings else "604800"
        if "lifecycle" in form:
            return str(settings.get("lifecycle-file", ""))
        return "EUROPE-WEST1" if "location" in form else name

    def _policy(self, verb: str, key: str, flags: dict[str, str]) -> str:
        bindings: list[str] = self.things("policies").setdefault(key, [])
        if verb == "get-iam-policy":
            with_titles = "condition.title" in flags.get("format", "")
            return "\n".join(each if with_titles else untitled(each) for each in bindings)
        title = flags.get("condition", "").removeprefix("title=").partition(",")[0].removeprefix("None")
        binding = " ".join(filter(None, (title, flags["role"], flags["member"])))
        if verb.startswith("add") and binding not in bindings:
            bindings.append(binding)
        if verb.startswith("remove"):
            gone = [each for each in bindings if untitled(each) == binding] if "all" in flags else [binding]
            bindings[:] = [each for each in bindings if each not in gone]
        return ""

    def _build(self, flags: dict[str, str]) -> None:
        for group, names in BUILT.items():
            self.things(group).update(dict.fromkeys(names, ""))
        if "_COLLECTOR=true" in flags["substitutions"]:
            self.things("run services")["event-collector"] = ""

    def _cleanup(self, verb: str) -> str:
        if verb.startswith("set"):
            self.state["cleanup"] = "old"
        return str(self.state.get("cleanup", ""))

    def _versions(self, verb: str, name: str, read: str) -> str | None:
        if name not in self.things("secrets"):
            return None
        versions: list[str] = self.things("secret versions").setdefault(name, [])
        if verb == "add":
            versions.append(read)
            return ""
        return str(len(versions)) if versions else ""


VERBS = frozenset(
    "describe list create update deploy delete add enable submit cp rm execute get-iam-policy"
    " set-cleanup-policies list-cleanup-policies".split()
)


def untitled(binding: str) -> str:
    return " ".join(binding.split()[-2:])


def chosen(thing: str, wanted: str) -> bool:
    """Whether the thing, its title and then its version, is what the filter wants."""
    title, _, version = wanted.partition(" AND ")
    name = title.partition("=")[2].strip('"')
    if not version:
        return name in thing
    return name in thing and (version.partition("=")[2] in thing) is not version.startswith("NOT ")


def fault(folder: Path, arguments: list[str]) -> str:
    """What this call is to fail with, or nothing; counts down how often."""
    path = folder / "faults.json"
    faults = json.loads(path.read_text()) if path.exists() else []
    for each in faults:
        words, message, left = each
        if left and all(word in " ".join(arguments) for word in words):
            each[2] -= 1
            path.write_text(json.dumps(faults))
            return str(message)
    return ""


def main(folder: Path, arguments: list[str]) -> int:
    read = sys.stdin.read()
    with (folder / "calls.ndjson").open("a") as calls:
        calls.write(json.dumps({"arguments": arguments, "read": read, "names": sorted(os.environ)}) + "\n")
    if message := fault(folder, arguments):
        print(message, file=sys.stderr)
        return 1
    cloud = Cloud(folder)
    code, output, message = cloud.answer(arguments, read)
    cloud.path.write_text(json.dumps(cloud.state))
    sys.stdout.write(output)
    sys.stderr.write(message)
    return code


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2:]))
