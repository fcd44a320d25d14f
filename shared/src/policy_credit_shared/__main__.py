"""`python -m policy_credit_shared` is the `policy-credit` command."""

from policy_credit_shared.cli import main

main()
