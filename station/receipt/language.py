"""The language of a slip: Indonesian, English, or Indonesian with English beside it."""

from dataclasses import dataclass
from enum import StrEnum


class Language(StrEnum):
    """What the office chose."""

    INDONESIAN = "id"
    ENGLISH = "en"
    BOTH = "both"


@dataclass(frozen=True, slots=True)
class Phrase:
    """The same in both languages."""

    indonesian: str
    english: str

    def said(self, language: Language) -> str:
        """Return it in one line; both: Indonesian first."""
        return " / ".join(self.versions(language))

    def versions(self, language: Language) -> tuple[str, ...]:
        """Return it in one text a language."""
        if language is Language.INDONESIAN:
            return (self.indonesian,)
        if language is Language.ENGLISH or self.indonesian == self.english:
            return (self.english,)
        return (self.indonesian, self.english)
