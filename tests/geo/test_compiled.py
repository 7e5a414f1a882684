import subprocess
import sys

import numpy as np
import pytest

from geo import compiled


def test_every_module_of_kernels_is_found_and_compiles() -> None:
    assert all(name.startswith("geo.") and name.endswith("kernels") for name in compiled.modules())
    assert compiled.compile_all() >= 0


def test_a_kernel_keeps_to_the_types_that_it_states() -> None:
    @compiled.compiled("float64(float64[::1])")
    def total(values):  # type: ignore[no-untyped-def]
        sum_ = 0.0
        for value in values:
            sum_ += value
        return sum_

    assert total(np.arange(4.0)) == 6.0
    with pytest.raises(TypeError):
        total(np.arange(4))


def test_nothing_is_imported_before_it_is_needed() -> None:
    """numba takes half a second to import, which a command without it need not wait for."""
    code = "import sys, api.cli.main; sys.exit('numba' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
    assert compiled.available()
