"""Any OpenAI-compatible server (Typhoon, vLLM, Ollama, llama.cpp …), through LangChain's chat model."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any, TypeVar

import httpx
import openai
from langchain_core.messages import BaseMessage, HumanMessage, SystemMessage
from langchain_openai import ChatOpenAI
from langsmith import tracing_context
from pydantic import SecretStr

from app.errors import ModelLate, ModelRefused, ModelUnreachable, ModelUnreadable, SettingsError
from app.llms._guarded import Guarded
from app.llms._reading import SCHEMA, read, spoken
from app.llms.base import Claim, FollowUp, LanguageModel, Request
from app.settings import Settings

LONGEST = 1200  # tokens of a draft: eight claims with their quotations
RETRIES = 1  # the library's own, with its waits; a second one would outlast an asker's patience
NOT_SUPPORTED = (400, 404, 415, 422, 500, 501)  # what servers say to a response format that they do not know


Said = TypeVar("Said")


class OpenAiCompatible:
    """Asks for JSON by schema; of a server that cannot do that, for JSON in plain words."""

    def __init__(self, *, base_url: str, model: str, api_key: SecretStr, seconds: float) -> None:
        """Keep the way to the server; nothing is sent yet.

        Args:
            base_url: of the server's API, usually ending in /v1.
            model: the model's name on that server.
            api_key: empty where the server wants none.
            seconds: the longest that one attempt waits for anything.
        """
        self.name = model
        self._by_schema = True
        self._chat = ChatOpenAI(
            model=model,
            base_url=base_url,
            api_key=SecretStr(api_key.get_secret_value() or "none"),  # the library insists on one
            timeout=httpx.Timeout(seconds, connect=min(5.0, seconds)),
            max_retries=RETRIES,
            temperature=0,
            use_responses_api=False,
            cache=False,
        )

    def draft(self, request: Request) -> list[Claim]:
        """Ask for a draft.

        Raises:
            ModelError: the server failed, refuses us, was late, or its model wrote no draft.
        """
        return self._answered(request, lambda messages: read(self._written(messages)))

    def restate(self, request: FollowUp) -> str:
        """Ask for the question in other words.

        Raises:
            ModelError: as for `draft`.
        """
        return self._answered(request, lambda messages: spoken(self._say(messages)))

    def _answered(self, request: Request | FollowUp, ask: Callable[[list[BaseMessage]], Said]) -> Said:
        """Ask, and put what went wrong into our words."""
        try:
            with tracing_context(enabled=False):  # LangChain would send questions to LangSmith where the environment says so
                return ask([SystemMessage(request.instructions), HumanMessage(request.material)])
        except openai.APITimeoutError:
            raise ModelLate("the model's server did not answer in time") from None
        except openai.APIStatusError as error:
            kind = ModelUnreachable if error.status_code >= 500 or error.status_code in (408, 409, 429) else ModelRefused
            raise kind(f"the model's server said {error.status_code}") from None
        except openai.APIConnectionError:
            raise ModelUnreachable("the model's server cannot be reached") from None
        except (openai.OpenAIError, ValueError, TypeError, LookupError, AttributeError) as error:
            raise ModelUnreadable(f"the server's answer cannot be read: {type(error).__name__}") from None

    def _written(self, messages: list[BaseMessage]) -> str:
        if self._by_schema:
            try:
                return self._say(messages, response_format={"type": "json_schema", "json_schema": SCHEMA})
            except openai.APIStatusError as error:
                if error.status_code not in NOT_SUPPORTED:
                    raise
            text = self._say(messages)
            self._by_schema = False  # it works without: the schema was the trouble
            return text
        return self._say(messages)

    def _say(self, messages: list[BaseMessage], **more: Any) -> str:
        body = {"max_tokens": LONGEST, **more}  # the name that compatible servers know; the library would send OpenAI's new one
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about fields that only OpenAI's own server fills
            return str(self._chat.invoke(messages, extra_body=body).text)


def build(settings: Settings) -> LanguageModel:
    """Build it.

    Raises:
        SettingsError: the server's address or the model's name is missing.
    """
    for name in ("llm_base_url", "llm_model"):
        if not getattr(settings, name):
            raise SettingsError(
                f"{name.upper()}: LLM=openai needs the address of the model's server (LLM_BASE_URL) and the model's name (LLM_MODEL)"
            )
    model = OpenAiCompatible(
        base_url=settings.llm_base_url,
        model=settings.llm_model,
        api_key=settings.llm_api_key,
        seconds=settings.llm_timeout_seconds,
    )
    return Guarded(model, seconds=settings.llm_timeout_seconds, daily=settings.llm_daily_calls)
