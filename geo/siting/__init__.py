"""Where next: the best few of many places, at once by a greedy rule, or exactly with a bound."""
