"""The table: every row of the reliability run, its goal and what measures it."""

from reliability import recovery
from reliability.disk import campaign as disk
from reliability.fuzz import row as fuzz
from reliability.jumps import campaign as jumps
from reliability.kill import row as kill
from reliability.measured import branches, checked, claims, simulated, steps, walls
from reliability.network import campaign as network
from reliability.outside import missing
from reliability.power import row as power
from reliability.row import Row

SUMMED = "it is summed from the other rows, not run"

ROWS: tuple[Row, ...] = (
    Row(1, "Duplicate cards, lost blanks, cap breaches in all rows below", "0", missing(SUMMED)),
    Row(
        2,
        "Power-cut disk states of a print cycle",
        ">= 500,000 states, >= 12 scenarios, 0 lost, 0 corrupt",
        disk.run,
        2400,
    ),
    Row(
        3,
        "Real ext4 power cuts of the running daemon",
        ">= 300, 0 acknowledged commits lost",
        power.run,
        1500,
        waits=True,
    ),
    Row(
        4,
        "kill -9, EIO, ENOSPC at each system call and each frame to the printer",
        "100 % of points, >= 1,000 runs, second fault in recovery among them",
        kill.run,
        2400,
    ),
    Row(
        5,
        "Simulated time with faults",
        ">= 2 station-years, >= 2,000 seeds",
        simulated.years,
        1800,
    ),
    Row(6, "Steps of the stateful property tests", ">= 1,000,000", steps.run, 1800),
    Row(
        7,
        "States of the model, exhausted",
        ">= 250,000 (contract), >= 1,000,000 (code)",
        checked.states,
        1200,
    ),
    Row(8, "Seeded protocol bugs found", "12 of 12; code mutants >= 95 %", checked.bugs, 1800),
    Row(
        9,
        "Claims linearizable with the hub killed",
        ">= 100,000 on each store",
        claims.run,
        2400,
    ),
    Row(
        10,
        "Network faults at each message",
        "100 % of messages x 6 faults",
        network.run,
        waits=True,
    ),
    Row(11, "Clock jumps at each step", ">= 500 cases, 0 breaches", jumps.run),
    Row(12, "Recovery after kill -9", "p99 <= 2 s, 0 automatic reprints", recovery.run, alone=True),
    Row(
        13,
        "Branch coverage, assertions",
        "core 100 %, all >= 95 %, >= 2 a core function",
        branches.run,
        2700,
        waits=True,
    ),
    Row(14, "Fuzzed inputs", ">= 2,000,000, 0 crashes, <= 256 MiB", fuzz.run),
    Row(
        15,
        "systemd exposure",
        "station <= 1.5, hub <= 1.1, printer worker <= 0.7",
        walls.exposure,
    ),
    Row(16, "ASVS 5.0, the items that apply", "each with a test or a line", walls.standard),
    Row(17, "Secrets found outside their place", "0 of 1,000", walls.secrecy),
    Row(18, "Ledger tampering found", "100 %", walls.tampering),
    Row(19, "Dependencies pinned, listed, audited", "100 %, yes, yes", walls.supply),
    Row(
        20,
        "Doubts that need people, certified printer",
        "<= 1 per 1,000 attempts",
        simulated.doubts,
    ),
)
