"""What the planner has translated into machine code is translated once."""

import importlib
import pkgutil

from numba.core.dispatcher import Dispatcher
from numba.core.runtime import _nrt_python, rtsys

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


def test_every_array_that_machine_code_makes_is_given_back() -> None:
    main()
    _nrt_python.memsys_enable_stats()
    before = rtsys.get_allocation_stats()
    main()
    after = rtsys.get_allocation_stats()
    _nrt_python.memsys_disable_stats()
    assert after.mi_alloc - before.mi_alloc == after.mi_free - before.mi_free > 0
