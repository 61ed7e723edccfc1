package ru.vremenagoda.ffi

import app.cash.turbine.test
import java.time.Duration
import kotlin.time.toKotlinDuration
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import ru.vremenagoda.ffi.support.inGallery
import ru.vremenagoda.ffi.support.snapshots
import ru.vremenagoda.testing.PATIENCE
import ru.vremenagoda.testing.item
import ru.vremenagoda.testing.receiptText
import ru.vremenagoda.testing.until

class ByItselfTest {
    @Test
    fun `a receipt goes when the phone says that the network is back`() = inGallery {
        val phone = signedIn(config = config(Work.BY_ITSELF))
        phone.lent.connectivity.online = false
        phone.core.connectivityChanged()
        phone.receipts.snapshots().test(timeout = PATIENCE.toKotlinDuration()) {
            phone.capture(receiptText(1))
            var newest = awaitItem()
            while (newest.queued != 1u) newest = awaitItem()
            assertEquals(ReceiptState.CAPTURED, newest.recent.single().state)
            phone.lent.connectivity.online = true
            phone.core.connectivityChanged()
            while (newest.queued != 0u) newest = awaitItem()
            assertEquals(ReceiptState.PENDING, newest.recent.single().state)
            cancelAndIgnoreRemainingEvents()
        }
    }

    @Test
    fun `what has happened meanwhile is there when the member looks at the app`() = inGallery {
        val phone = signedIn(config = config(Work.BY_ITSELF))
        val news = admin.publish(item("This just in"))
        timePasses(phone, Duration.ofHours(12))
        phone.core.foreground()
        phone.feed.snapshots().until("the news") { feed -> feed.items.any { it.itemId == news } }
        phone.home.snapshots().until("the news on the first screen") { home -> home.feed.any { it.itemId == news } }
    }

    @Test
    fun `on demand nothing is sent that nobody asked for`() = inGallery {
        val phone = signedIn()
        phone.capture(receiptText(1))
        phone.core.foreground()
        phone.core.connectivityChanged()
        phone.sync.pull()
        assertEquals(0, admin.requests("POST", "/v1/receipts"))
        assertTrue(phone.outbox.drain(DrainBudget()).sent == 1u)
    }
}
