bottleneck = None
