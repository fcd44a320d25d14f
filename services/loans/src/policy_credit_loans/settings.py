"""The loans service's settings: POLICY_CREDIT_LOANS_DATABASE_URL, _HOST, _PORT, _PERSONAL_KEY, …"""

from policy_credit_shared.settings import PREFIX, PersonalDataSettings


class LoansSettings(PersonalDataSettings, env_prefix=f"{PREFIX}LOANS_"):
    """As every writing service's, and the key that personal data is kept under."""
