package ru.vremenagoda.platform

import android.app.Activity
import java.io.File
import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.Robolectric
import org.robolectric.RobolectricTestRunner
import org.robolectric.annotation.Config
import ru.vremenagoda.ffi.Capture
import ru.vremenagoda.ffi.CoreException
import ru.vremenagoda.ffi.Stop
import ru.vremenagoda.testing.eventually
import ru.vremenagoda.testing.receiptText
import ru.vremenagoda.testing.until

@RunWith(RobolectricTestRunner::class)
@Config(application = PhoneApp::class)
class VremenaProcessTest {
    @Test
    fun `a screen wakes the app, and its going pauses it`() = onPhone {
        val screen = Robolectric.buildActivity(Activity::class.java).setup()
        val vremena = signedIn()
        screen.pause().stop()
        eventually("it is paused") { isPaused() }
        screen.restart().resume()
        eventually("it is awake") { !isPaused() }
        assertEquals(0u, vremena.home.snapshot().queue.waiting)
        screen.recreate()
        vremena.home.snapshot()
        screen.pause().stop().destroy()
        eventually("it is paused") { isPaused() }
    }

    @Test
    fun `work in the background wakes it for as long as it takes`() = onPhone {
        signedIn()
        val screen = Robolectric.buildActivity(Activity::class.java).setup()
        screen.pause().stop()
        eventually("it is paused") { isPaused() }
        val both = process.working { first ->
            process.working { second -> first.home.snapshot() to second.home.snapshot() }
        }
        assertEquals(both.first.member, both.second.member)
        eventually("it is paused again") { isPaused() }
    }

    @Test
    fun `airplane mode on and off - what was captured meanwhile goes by itself`() = onPhone {
        Robolectric.buildActivity(Activity::class.java).setup()
        val vremena = signedIn()
        hasNetwork(false)
        assertTrue(vremena.receipts.captureText(receiptText(1)) is Capture.Captured)
        vremena.outbox.observe().until("it waits for a network") { it.items.size == 1 && it.stopped == Stop.OFFLINE }
        assertTrue(admin.receipts().isEmpty())
        hasNetwork(true)
        vremena.outbox.observe().until("the queue is empty") { it.items.isEmpty() }
        assertEquals(1, admin.receipts().size)
    }

    @Test
    fun `what cannot be opened ends no process, and is tried again`() = onPhone {
        val inTheWay = File(directory).also { it.deleteRecursively() }
        inTheWay.writeText("")
        val screen = Robolectric.buildActivity(Activity::class.java).setup()
        val refused = runCatching { vremena() }.exceptionOrNull()
        assertTrue("$refused", refused is CoreException.Storage)
        inTheWay.delete()
        assertEquals(null, vremena().account.member())
        screen.pause().stop().destroy()
    }

    @Test
    fun `the next process has what the one before was told`() = onPhone {
        val member = signedIn().account.member()
        hasNetwork(false)
        vremena().receipts.captureText(receiptText(1))
        isKilled()
        start()
        assertEquals(member, vremena().account.member())
        eventually("it is sent") { admin.receipts().size == 1 }
    }

    private suspend fun Phone.isPaused(): Boolean = try {
        vremena().home.snapshot()
        false
    } catch (_: CoreException.Paused) {
        true
    }
}
