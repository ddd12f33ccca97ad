"""Which payment provider memberships and passes are paid with."""

from __future__ import annotations

import strawberry

from connect.payments import accounts
from connect.payments.accounts import StripeKeys
from kit.secrets import root_key
from schema.admin.codes import PaymentProviderSetErrorCode
from schema.shared.declare import UNSET, asked, choice, field, input_, output
from schema.shared.errors import UserError, mutation
from schema.shared.ids import TENANT
from settings import settings
from tenants import scope
from tenants.roles import Action


@output
class PaymentProvider:
    """Where new memberships and passes are paid."""

    name: str = field(description="`sandbox` or `stripe`.")
    webhook_url: str | None = field(description="Where the provider is to send its webhooks; null: it sends none.")


@input_
class StripeKeysInput:
    """The keys of a Stripe account; they are kept encrypted and never shown again."""

    secret_key: str = field(description="The secret key, or a restricted one: `sk_…`, `rk_…`.")
    webhook_secret: str = field(description="The signing secret of the webhook endpoint: `whsec_…`.")


@choice
class PaymentProviderChoiceInput:
    """A payment provider."""

    sandbox: bool | None = field(default=UNSET, description="True: test cards, and no money.")
    stripe: StripeKeysInput | None = field(default=UNSET, description="Stripe.")


@input_
class PaymentProviderSetInput:
    """The provider that new payments are to go to."""

    provider: PaymentProviderChoiceInput = field(description="Which.")


@output
class PaymentProviderSetPayload:
    """The provider."""

    provider: PaymentProvider | None = field(default=None, description="The provider.")
    user_errors: list[UserError[PaymentProviderSetErrorCode]] = field(
        default_factory=list, description="Why it was refused."
    )


@strawberry.type
class ProviderQueries:
    """What can be asked about payment providers."""

    @asked("Where new memberships and passes are paid; null: nowhere yet.", Action.READ_SETTINGS)
    async def payment_provider(self) -> PaymentProvider | None:
        name = await accounts.chosen()
        return None if name is None else _show(name)


@strawberry.type
class ProviderMutations:
    """Mutations on payment providers."""

    @mutation(
        PaymentProviderSetPayload,
        PaymentProviderSetErrorCode,
        "Let new memberships and passes be paid with this provider; what was paid with another stays there.",
        needs=Action.WRITE_SETTINGS,
        paths={"stripe": ["provider", "stripe"]},
    )
    async def payment_provider_set(self, input: PaymentProviderSetInput) -> PaymentProviderSetPayload:
        given = input.provider.stripe
        keys = StripeKeys(given.secret_key, given.webhook_secret) if given else None
        now = settings()
        name = await accounts.choose(root_key(now.secret_key, now.data_dir), keys)
        return PaymentProviderSetPayload(provider=_show(name))


def _show(name: str) -> PaymentProvider:
    address = f"{settings().public_url}/payments/webhooks/{name}/{TENANT.show(scope.tenant_id())}"
    return PaymentProvider(name=name, webhook_url=None if name == accounts.SANDBOX else address)
