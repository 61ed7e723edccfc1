package ru.vremenagoda.testing

import kotlinx.coroutines.delay
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.withTimeoutOrNull

/** Waits for the first snapshot for which `holds`. */
suspend fun <T> Flow<T>.until(what: String, holds: (T) -> Boolean): T {
    val found = withTimeoutOrNull(PATIENCE.toMillis()) { Found(first { holds(it) }) }
    return checkNotNull(found) { "never came: $what" }.snapshot
}

/** Waits until `holds`, where nothing tells of the change. */
suspend fun eventually(what: String, holds: suspend () -> Boolean) {
    val came = withTimeoutOrNull(PATIENCE.toMillis()) {
        while (!holds()) delay(20)
    }
    checkNotNull(came) { "never came: $what" }
}

private class Found<T>(val snapshot: T)
