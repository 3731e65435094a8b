"""Stealing: answers, settings, secrets and other students' work are looked for wherever a process can look.

Most of these files do the exercise right if they find anything, so a find shows as points.
"""

from __future__ import annotations

from tests.adversarial.attack import ANYHOW, BOTTLENECK, CRASHED, POINTWISE, WRONG, ZEROS, Attack

SMUGGLED = ("smuggled",)
"""Leads whatever a submission saw in a hidden scenario and puts where a text may be shown."""

ATTACKS = [
    Attack("stealing/installation_found", BOTTLENECK, 1, CRASHED),
    # in this process
    Attack("stealing/everything_read", POINTWISE, 3, CRASHED),
    Attack("stealing/objects_searched", BOTTLENECK, 1, WRONG),
    Attack("stealing/memory_scanned", POINTWISE, 3, WRONG),
    Attack("stealing/memory_reused", POINTWISE, 3, WRONG),
    Attack("stealing/freed_memory_combed", BOTTLENECK, 1, WRONG),
    Attack("stealing/environment_read", BOTTLENECK, 1, WRONG),
    Attack("stealing/caches_read", POINTWISE, 3, WRONG),
    # outside of it
    Attack("stealing/files_searched", BOTTLENECK, 1, WRONG),
    Attack("stealing/links_made", BOTTLENECK, 1, WRONG),
    Attack("stealing/processes_read", BOTTLENECK, 1, WRONG),
    Attack("stealing/kernel_asked", POINTWISE, 3, WRONG),
    # of another guest: each runs twice, and the second finds nothing of the first one's
    Attack("stealing/state_left", POINTWISE, 3, WRONG),
    Attack("stealing/state_left", POINTWISE, 3, WRONG),
    Attack("stealing/warm_state_left", BOTTLENECK, 1, WRONG),
    Attack("stealing/warm_state_left", BOTTLENECK, 1, WRONG),
    Attack("stealing/channels_between_guests", BOTTLENECK, 1, WRONG),
    Attack("stealing/channels_between_guests", BOTTLENECK, 1, WRONG),
    # out of what is drawn, and of how answers are judged
    Attack("stealing/seed_guessed", POINTWISE, 3, WRONG),
    Attack("stealing/seeds_replayed", BOTTLENECK, 1, WRONG),
    Attack("stealing/bit_by_bit", POINTWISE, 3, frozenset({WRONG, CRASHED})),
    Attack("stealing/time_as_oracle", BOTTLENECK, 2, WRONG, ZEROS[BOTTLENECK] | {"images_are_independent"}),
    Attack("stealing/inputs_smuggled_out", BOTTLENECK, 1, WRONG, unsaid=SMUGGLED),
    Attack(
        "stealing/inputs_raised", POINTWISE, 2, ANYHOW, frozenset({"parameters", "starts_at_random"}), unsaid=SMUGGLED
    ),
]
