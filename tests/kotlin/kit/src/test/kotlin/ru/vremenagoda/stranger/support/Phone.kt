package ru.vremenagoda.stranger.support

import java.time.Duration
import org.junit.jupiter.api.assertInstanceOf
import ru.vremenagoda.ffi.Capture
import ru.vremenagoda.ffi.Config
import ru.vremenagoda.ffi.Receipt
import ru.vremenagoda.kit.Vremena
import ru.vremenagoda.testing.Lent

/** Files, ports, and the open app. */
class Phone private constructor(val app: Vremena, val config: Config, val lent: Lent) {
    /** Captures a receipt that must be new. */
    suspend fun capture(text: String): Receipt =
        assertInstanceOf<Capture.Captured>(app.receipts.captureText(text)).receipt

    /** Drains until the queue is empty, letting the time pass that it asks for. */
    suspend fun drained() {
        repeat(20) {
            val report = app.outbox.drain()
            if (report.remaining == 0u) return
            report.nextDue?.let { due ->
                val wait = Duration.between(lent.clock.now(), due).plusMillis(1)
                if (!wait.isNegative) lent.clock.advance(wait)
            }
        }
        error("the queue is not empty")
    }

    companion object {
        suspend fun open(config: Config, lent: Lent): Phone = Phone(Vremena.open(config, lent.ports()), config, lent)
    }
}
