"""What schemathesis does not know by itself."""

import schemathesis


@schemathesis.serializer("application/wasm")
def component(context, value):
    return value if isinstance(value, bytes) else str(value).encode()
