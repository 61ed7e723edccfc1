package ru.vremenagoda.ffi.support

import org.junit.jupiter.api.Assertions.assertTrue
import ru.vremenagoda.ffi.PortException
import ru.vremenagoda.ffi.SecureStoreException

/** What Kotlin code throws: what a port declares, and what nobody foresaw, whose text may quote anything. */
enum class Thrown(val told: String, val byPort: () -> Throwable, val bySecureStore: () -> Throwable) {
    DECLARED(LOW, { PortException.Failed(LOW) }, { SecureStoreException.Failed(LOW) }),
    UNDECLARED(UNTOLD, { IllegalStateException(SECRET) }, { IllegalStateException(SECRET) }),
    ERROR(UNTOLD, { NotImplementedError(SECRET) }, { NotImplementedError(SECRET) }),
}

/** A line that begins so says what was thrown, and nothing of it that was not declared. */
internal fun Phone.tellsOf(beginning: String, thrown: Thrown) {
    val lines = lent.log.lines
    assertTrue(lines.any { it.startsWith(beginning) && thrown.told in it }, "$lines")
    assertTrue(lines.none { SECRET in it }, "$lines")
}

private const val LOW = "battery-low"
private const val UNTOLD = "undeclared"
private const val SECRET = "+79000000009"
