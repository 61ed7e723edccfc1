package ru.vremenagoda.stranger

import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.launch
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import ru.vremenagoda.ffi.Config
import ru.vremenagoda.kit.Vremena
import ru.vremenagoda.stranger.support.Gallery
import ru.vremenagoda.stranger.support.inGallery
import ru.vremenagoda.testing.Lent
import ru.vremenagoda.testing.Machine
import ru.vremenagoda.testing.PATIENCE
import ru.vremenagoda.testing.eventually
import ru.vremenagoda.testing.receiptText

class RoundsTest {
    private val rounds = 10_000
    private val lanes = 2

    /** The virtual machine's own noise, and less than a kilobyte a round. */
    private val kilobytes = 8_000

    /** Compilers, collectors and the dispatcher's threads, which come and go as they are needed. */
    private val jvmThreads = 8

    @Test
    fun `ten thousand times opened, observed and closed leaves no file, no thread and no memory behind`() = inGallery(
        patience = PATIENCE.multipliedBy(10),
    ) {
        val apps = List(lanes) { usedApp(it) }
        rounds(rounds / 5, apps)
        val before = Seen.now()
        rounds(rounds, apps)
        val after = Seen.now()
        println("before $before, after $rounds rounds $after")
        assertTrue(after.files <= before.files, "$before, $after")
        assertTrue(after.threads <= before.threads + jvmThreads, "$before, $after")
        assertTrue(after.kilobytes <= before.kilobytes + kilobytes, "$before, $after")
    }

    private class App(val config: Config, val lent: Lent)

    /** The files of a member with a receipt, as the app finds them day by day; the gallery is out of reach. */
    private suspend fun Gallery.usedApp(lane: Int): App {
        val phone = signedIn(phoneNumber = "+7900000000$lane")
        phone.capture(receiptText(lane))
        phone.app.shutDown()
        phone.lent.connectivity.online = false
        return App(phone.config, phone.lent)
    }

    private suspend fun rounds(count: Int, apps: List<App>) = coroutineScope {
        for (app in apps) launch(Dispatchers.IO) { repeat(count / apps.size) { round -> round(app, round) } }
    }

    private suspend fun round(app: App, round: Int) {
        val open = Vremena.open(app.config, app.lent.ports())
        assertEquals(1u, open.home.observe().first().queue.waiting)
        assertEquals(1u, open.home.state.first { it != null }?.queue?.waiting)
        if (round % 2 == 0) open.shutDown() else open.close()
    }

    private data class Seen(val files: Int, val threads: Long, val kilobytes: Long) {
        companion object {
            suspend fun now(): Seen {
                eventually("the threads of closed apps have ended") { Machine.threadsOfCores() == 0 }
                Machine.collectGarbage()
                return Seen(Machine.openFiles(), Machine.threads(), Machine.residentKilobytes())
            }
        }
    }
}
