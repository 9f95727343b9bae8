"""What the driver contract may ask of this driver, as its maker tells it."""

from support.families import Family

FAMILY = Family(
    driver="kartu-plain",
    printer=("ktp-emulator", "run", "--model", "enduro"),
    media=("tcp",),
    usb_vendor="0c1f",
    job_bytes=1_853_424,
    shows_jobs=False,
    shows_path=False,
    sees_before_feeding={"open-cover": "other", "remove-ribbon": "marker-supply-missing"},
    shade_step=3,
    rows_lost=3,
)
