"""How fast the hub hands out rights: claims one by one and in batches of 20, from 8 clients over HTTP.

On SQLite, or with `--store postgresql://…` in an empty database. Starts a real `ktp-hub serve` on a temporary directory
and asks it from client processes of its own. Prints one JSON object: `claims_per_s` (one right a claim),
`rights_per_s` (batches), and what was asked. The payload of each right is about 30 kB of canonical JSON; every answer
is read whole, one of each kind is checked as the station does.
"""

import argparse
import base64
import http.client
import io
import json
import multiprocessing
import os
import random
import subprocess
import sys
import tempfile
import time
import tomllib
import uuid
from pathlib import Path
from typing import Any

from PIL import Image

from prr import seal
from prr.exchange import ClaimAnswer

CLIENTS = 8
BATCH = 20
PHOTO_PX = (82, 86)  # of noise, so that PNG cannot make it smaller: 21 kB, 28 kB in base64
HUB = [sys.executable, "-m", "hub.cli"]


def main() -> None:
    """Run both measurements and print the figures."""
    arguments = _arguments()
    with tempfile.TemporaryDirectory(prefix="hub-bench-") as folder:
        needed = arguments.singles + arguments.batches * BATCH
        config = _prepare(Path(folder), needed, arguments.store)
        server, url = _serve(Path(folder))
        try:
            claims_per_s = _measure(url, config, arguments.singles // CLIENTS, 1)
            rights_per_s = _measure(url, config, arguments.batches // CLIENTS, BATCH)
        finally:
            server.terminate()
            server.wait(timeout=20)
    json.dump(
        {
            "claims_per_s": round(claims_per_s), "rights_per_s": round(rights_per_s),
            "clients": CLIENTS, "batch": BATCH, "singles": arguments.singles,
            "batches": arguments.batches, "cpus": os.cpu_count(),
        },
        sys.stdout,
    )  # fmt: skip
    sys.stdout.write("\n")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--singles", type=int, default=1200, help="claims of one right")
    parser.add_argument("--batches", type=int, default=160, help=f"claims of {BATCH} rights")
    parser.add_argument("--store", default="", help="an empty database; default: a file")
    return parser.parse_args()


def _prepare(folder: Path, records: int, store: str) -> dict[str, Any]:
    """Make a hub with so many records and one station; return the station's configuration."""
    _hub(folder, "init", *(("--store", store) if store else ()))
    text = _hub(folder, "station", "add", "P1", "--site", "KEC-01")
    source = folder / "records.jsonl"
    noise = random.Random(20170905)  # pictures, not secrets
    with source.open("w") as file:
        for n in range(1, records + 1):
            file.write(json.dumps(record(n, noise)) + "\n")
    told = json.loads(_hub(folder, "import", str(source), "--json"))
    if told[0]["accepted"] != records:
        raise SystemExit(f"the hub took {told[0]['accepted']} of {records} records")
    source.unlink()
    return tomllib.loads(text)


def _hub(folder: Path, *arguments: str) -> str:
    environment = os.environ | {"KTP_HUB_DIR": str(folder / "hub")}
    done = subprocess.run(
        [*HUB, *arguments], env=environment, check=True, stdout=subprocess.PIPE, text=True
    )
    return done.stdout


def record(n: int, noise: random.Random, photo_px: tuple[int, int] = PHOTO_PX) -> dict[str, Any]:
    """Make a record that can be nobody's: its NIK has district 99, and no other n below 200,000 has it."""
    width, height = photo_px
    photo = Image.frombytes("RGB", photo_px, noise.randbytes(width * height * 3))
    return {
        "record_id": f"B{n:07d}", "issue_type": "NEW", "upstream_status": "PRINT_READY_RECORD",
        "data_version": 1, "site": "KEC-01", "recorded_on": "2017-09-05",
        "nik": f"167199{n % 28 + 1:02d}{n % 12 + 1:02d}80{n % 9999 + 1:04d}",
        "name": "CONTOH", "birth_place": "CONTOH",
        "birth_date": f"1980-{n % 12 + 1:02d}-{n % 28 + 1:02d}", "sex": "LAKI-LAKI",
        "address": "JL CONTOH", "village": "CONTOH", "district": "CONTOH", "regency": "CONTOH",
        "province": "CONTOH", "religion": "ISLAM", "marital_status": "KAWIN",
        "occupation": "WIRASWASTA", "issue_place": "CONTOH", "issue_date": "2017-09-05",
        "photo": _png(photo), "signature": _png(Image.new("1", (64, 24), 1)),
    }  # fmt: skip


def _png(picture: Image.Image) -> str:
    buffer = io.BytesIO()
    picture.save(buffer, "PNG")
    return base64.b64encode(buffer.getvalue()).decode("ascii")


def _serve(folder: Path) -> tuple[subprocess.Popen[str], str]:
    environment = os.environ | {"KTP_HUB_DIR": str(folder / "hub")}
    server = subprocess.Popen(
        [*HUB, "serve", "--port", "0"], env=environment, stdout=subprocess.PIPE, text=True
    )
    assert server.stdout is not None
    return server, json.loads(server.stdout.readline())["url"]


def _measure(url: str, config: dict[str, Any], claims_each: int, count: int) -> float:
    """Let all clients claim at once; return the rights granted a second."""
    context = multiprocessing.get_context("spawn")
    start = context.Barrier(CLIENTS + 1)
    granted: multiprocessing.Queue[int] = context.Queue()
    clients = [
        context.Process(target=_client, args=(url, config, claims_each, count, start, granted))
        for _ in range(CLIENTS)
    ]
    for client in clients:
        client.start()
    start.wait()
    began = time.perf_counter()
    total = sum(granted.get() for _ in clients)
    took_s = time.perf_counter() - began
    for client in clients:
        client.join()
    if total != CLIENTS * claims_each * count:
        raise SystemExit(f"{total} rights were granted of {CLIENTS * claims_each * count}")
    return total / took_s


def _client(
    url: str, config: dict[str, Any], claims: int, count: int, start: Any, granted: Any
) -> None:
    """Claim over one connection. Only the first answer is parsed: this measures the hub, not pydantic here."""
    connection = http.client.HTTPConnection(url.removeprefix("http://"), timeout=60)
    headers = {"Authorization": f"Bearer {config['hub']['access_key']}"}
    bodies = [
        json.dumps({"claim_key": str(uuid.uuid4()), "station": "P1", "count_max": count})
        for _ in range(claims)
    ]
    answers = []
    start.wait()
    for body in bodies:
        connection.request("POST", "/v1/claims", body, headers)
        answers.append(connection.getresponse().read())
    granted.put(sum(answer.count(b'"record_id":') for answer in answers))
    connection.close()
    checked = ClaimAnswer.model_validate_json(answers[0])
    key = seal.public_key_from_text(config["hub"]["public_key"])
    for grant in checked.grants:
        grant.verify(key)


if __name__ == "__main__":
    main()
