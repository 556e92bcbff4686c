{'a': {'client_id': 'x', 'n': [1, -2, 0x1F, 1_000, .5e-1, (1,), None, True]},  # mine
}
