"""What the planner has translated into machine code is translated once."""

import importlib
import pkgutil

from numba.core.dispatcher import Dispatcher

from qunlian.community import planner
from qunlian.community.planner.__main__ import main


def test_machine_code_is_made_once_for_each_function() -> None:
    main()
    names = [module.name for module in pkgutil.iter_modules(planner.__path__)]
    modules = [importlib.import_module(f"{planner.__name__}.{name}") for name in names]
    made = {
        f"{module.__name__}.{name}": value.signatures
        for module in modules
        for name, value in vars(module).items()
        if isinstance(value, Dispatcher) and "no_cpython_wrapper" not in value.targetoptions
    }
    assert made
    assert {name: len(kinds) for name, kinds in made.items()} == dict.fromkeys(made, 1)
