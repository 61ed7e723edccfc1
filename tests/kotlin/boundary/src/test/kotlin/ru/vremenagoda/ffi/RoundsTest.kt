package ru.vremenagoda.ffi

import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.launch
import kotlinx.coroutines.withTimeout
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import ru.vremenagoda.ffi.support.Gallery
import ru.vremenagoda.ffi.support.inGallery
import ru.vremenagoda.testing.Lent
import ru.vremenagoda.testing.Machine
import ru.vremenagoda.testing.PATIENCE
import ru.vremenagoda.testing.eventually
import ru.vremenagoda.testing.receiptText

class RoundsTest {
    private val rounds = 2_000
    private val lanes = 2

    /** The virtual machine's own noise; ten thousand rounds of the kit may take no more. */
    private val kilobytes = 8_000

    /** Compilers and collectors, which come and go as they are needed. */
    private val jvmThreads = 3

    @Test
    fun `thousands of times opened, observed and closed leaves no handle, no thread and no memory behind`() = inGallery(
        patience = PATIENCE.multipliedBy(10),
    ) {
        val apps = List(lanes) { usedApp(it) }
        rounds(rounds / 5, apps)
        val before = Seen.now()
        rounds(rounds, apps)
        val after = Seen.now()
        println("before $before, after $rounds rounds $after")
        assertTrue(after.files <= before.files && after.handles <= before.handles, "$before, $after")
        assertTrue(after.threads <= before.threads + jvmThreads, "$before, $after")
        assertTrue(after.kilobytes <= before.kilobytes + kilobytes, "$before, $after")
    }

    private class App(val config: Config, val lent: Lent)

    /** The files of a member with a receipt, as the app finds them day by day; the gallery is out of reach. */
    private suspend fun Gallery.usedApp(lane: Int): App {
        val phone = signedIn(phoneNumber = "+7900000000$lane")
        phone.capture(receiptText(lane))
        phone.shutDown()
        phone.lent.connectivity.online = false
        val work = Work.entries[lane % Work.entries.size]
        return App(phone.config.copy(work = work), phone.lent)
    }

    private suspend fun rounds(count: Int, apps: List<App>) = coroutineScope {
        for (app in apps) launch(Dispatchers.IO) { repeat(count / apps.size) { round(app) } }
    }

    private suspend fun round(app: App) {
        VremenaCore.open(app.config, app.lent.ports()).use { core ->
            val seen = CompletableDeferred<HomeSnapshot>()
            val listener = object : HomeListener {
                override fun onHome(snapshot: HomeSnapshot) {
                    seen.complete(snapshot)
                }
            }
            core.home().use { home ->
                home.observe(listener).use {
                    val first = withTimeout(PATIENCE.toMillis()) { seen.await() }
                    assertEquals(1u, first.queue.waiting)
                }
            }
        }
    }

    private data class Seen(val files: Int, val threads: Long, val kilobytes: Long, val handles: Int) {
        companion object {
            suspend fun now(): Seen {
                eventually("the threads of closed apps have ended") { Machine.threadsOfCores() == 0 }
                Machine.collectGarbage()
                return Seen(Machine.openFiles(), Machine.threads(), Machine.residentKilobytes(), handles())
            }

            /** What the generated code keeps for the core. */
            private fun handles() = FfiConverterTypeHomeListener.handleMap.size +
                FfiConverterTypeSecureStore.handleMap.size + FfiConverterTypeConnectivity.handleMap.size +
                FfiConverterTypeClock.handleMap.size + FfiConverterTypeLogSink.handleMap.size +
                uniffiContinuationHandleMap.size
        }
    }
}
