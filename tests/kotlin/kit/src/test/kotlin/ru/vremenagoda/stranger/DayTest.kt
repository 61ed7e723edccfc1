package ru.vremenagoda.stranger

import java.time.Duration
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertNotNull
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.assertInstanceOf
import ru.vremenagoda.ffi.AccountDeletion
import ru.vremenagoda.ffi.AppealState
import ru.vremenagoda.ffi.AppealSubmission
import ru.vremenagoda.ffi.ApplePass
import ru.vremenagoda.ffi.CalendarDate
import ru.vremenagoda.ffi.Capture
import ru.vremenagoda.ffi.CapturedPicture
import ru.vremenagoda.ffi.CardLink
import ru.vremenagoda.ffi.CardLinking
import ru.vremenagoda.ffi.CodeContent
import ru.vremenagoda.ffi.ConsentChange
import ru.vremenagoda.ffi.ConsentPurpose
import ru.vremenagoda.ffi.DrainBudget
import ru.vremenagoda.ffi.GoogleLink
import ru.vremenagoda.ffi.HistoryFilter
import ru.vremenagoda.ffi.ManualCapture
import ru.vremenagoda.ffi.ManualEntry
import ru.vremenagoda.ffi.NewAppeal
import ru.vremenagoda.ffi.PictureOutcome
import ru.vremenagoda.ffi.ReceiptSource
import ru.vremenagoda.ffi.ReceiptState
import ru.vremenagoda.ffi.RegistrationChange
import ru.vremenagoda.ffi.Rotation
import ru.vremenagoda.ffi.SessionState
import ru.vremenagoda.stranger.support.Gallery
import ru.vremenagoda.stranger.support.Phone
import ru.vremenagoda.stranger.support.inGallery
import ru.vremenagoda.testing.Picture
import ru.vremenagoda.testing.START
import ru.vremenagoda.testing.event
import ru.vremenagoda.testing.item
import ru.vremenagoda.testing.receiptText

/** What a member does, by every call that the kit has. */
class DayTest {
    private val dress = Picture.named("01-dress.jpg")
    private val scarf = Picture.named("06-scarf.png")

    @Test
    fun `signing in, consenting, linking a card, signing out, leaving`() = inGallery {
        val phone = phone()
        val account = phone.app.account
        assertNull(account.member())
        assertEquals(SessionState.SIGNED_OUT, account.sessionState())
        signIn(phone)
        assertEquals(SessionState.ACTIVE, account.sessionState())
        assertTrue(account.consents().any { it.purpose == ConsentPurpose.ADVERTISING && !it.granted })
        assertInstanceOf<ConsentChange.Queued>(account.setConsent(ConsentPurpose.ADVERTISING, granted = true))
        phone.drained()
        assertTrue(account.consents().first { it.purpose == ConsentPurpose.ADVERTISING }.granted)
        assertInstanceOf<CardLinking.NotAccepted>(account.linkCard(CardLink.Number("0000 0000 0000 0000")))
        account.signOut()
        assertNull(account.member())
        timePasses(phone, Duration.ofMinutes(2))
        signIn(phone)
        phone.capture(receiptText(1))
        assertEquals(1u, account.deletion().unsent)
        assertInstanceOf<AccountDeletion.Asked>(account.delete(acceptedUnsent = 0u))
        assertEquals(AccountDeletion.Deleted, account.delete(acceptedUnsent = 1u))
        assertNull(account.member())
    }

    @Test
    fun `scanning, waiting, being credited, looking back`() = inGallery {
        val phone = signedIn()
        val receipts = phone.app.receipts
        val seen = assertInstanceOf<PictureOutcome.Codes>(phone.app.scanner.picture(dress.bytes()))
        val fiscal = assertInstanceOf<CodeContent.Receipt>(seen.codes[seen.best.toInt()].content).receipt
        assertInstanceOf<Capture.Captured>(receipts.capture(fiscal, ReceiptSource.SCANNED))
        phone.capture(readByCamera(phone))
        assertInstanceOf<ManualCapture.Captured>(receipts.captureManual(typed()))

        assertEquals(3, phone.app.outbox.page().size)
        assertEquals(2u, phone.app.outbox.drain(DrainBudget(entries = 2u)).sent)
        phone.drained()
        assertTrue(phone.app.sync.pullHinted("receipts").pending)
        decided(phone)

        assertEquals(listOf(1, 2), listOf(receipts.page(limit = 1), receipts.page(limit = 2)).map { it.size })
        val first = receipts.history(HistoryFilter(), limit = 2)
        assertEquals(2, first.receipts.size)
        assertEquals(1, receipts.history(HistoryFilter(), first.next).receipts.size)
        assertTrue(receipts.shops().isNotEmpty())
        val credited = receipts.page().first { it.state == ReceiptState.CREDITED }
        assertTrue(receipts.story(credited.localId).positions.isNotEmpty())
        assertTrue(phone.app.programme.snapshot().sum > 0)
        assertEquals(phone.app.programme.snapshot(), phone.app.home.snapshot().programme)
    }

    @Test
    fun `a typed receipt that cannot be sent is mended, tried again, or given up`() = inGallery {
        val phone = signedIn()
        val (receipts, outbox) = phone.app.receipts to phone.app.outbox
        for (number in 1..3) {
            assertInstanceOf<ManualCapture.Captured>(receipts.captureManual(typed(number)))
            admin.network(true, "status:400")
            outbox.drain()
        }
        val (mended, again, givenUp) = outbox.page().map { it.entryId }
        val entry = receipts.typed(mended)
        assertInstanceOf<ManualCapture.Captured>(receipts.amend(mended, entry))
        outbox.retry(again)
        outbox.discard(givenUp)
        phone.drained()
        assertEquals(2, admin.receipts().size)
    }

    @Test
    fun `an appeal with the picture that was taken`() = inGallery {
        val phone = signedIn()
        val appeals = phone.app.appeals
        val receipt = phone.capture(receiptText(1))
        assertTrue(appeals.keepPicture(receipt.localId, CapturedPicture.File(dress.array())))
        phone.drained()
        reject()
        phone.app.sync.pull()
        assertTrue(appeals.draft(receipt.localId).hasPicture)
        val appeal = NewAppeal(comment = "It is mine.", withPicture = true)
        assertInstanceOf<AppealSubmission.Queued>(appeals.submit(receipt.localId, appeal))
        phone.drained()
        assertEquals(AppealState.OPEN, appeals.list().single().state)
    }

    @Test
    fun `rules, news, events, card, notices, reminders, words`() = inGallery {
        val evening = admin.announce(event("An evening"))
        val news = admin.publish(item("News"))
        val phone = signedIn(config = config().copy(walletIssuer = admin.walletIssuer()))
        readsTheRules(phone)
        assertTrue(phone.app.feed.items().any { it.itemId == news && !it.isRead })
        phone.app.feed.markRead(news)
        assertTrue(phone.app.feed.items().first { it.itemId == news }.isRead)
        val withPicture = phone.app.feed.items().first { it.hasPicture }
        assertTrue(phone.app.feed.picture(withPicture.itemId).isNotEmpty())

        assertInstanceOf<RegistrationChange.Queued>(phone.app.events.register(evening))
        assertInstanceOf<RegistrationChange.Queued>(phone.app.events.cancel(evening))
        phone.drained()
        assertNotNull(phone.app.events.list().first { it.eventId == evening }.registration)

        assertNotNull(phone.app.wallet.card())
        assertInstanceOf<ApplePass.Verified>(phone.app.wallet.applePass())
        assertInstanceOf<GoogleLink.Verified>(phone.app.wallet.googleLink())
        isReminded(phone)
        assertTrue(phone.app.notices.list().isEmpty())
        phone.app.notices.dismiss(1)
        saysThings(phone)
    }

    @Test
    fun `the app is paused, resumed, told of things, asked how it is, and closed`() = inGallery {
        val app = signedIn().app
        app.pause()
        assertTrue("signed in: unknown" in app.diagnostics().lines())
        app.resume()
        app.foreground()
        app.connectivityChanged()
        app.close()
        app.close()
        app.shutDown()
    }

    private fun readByCamera(phone: Phone): String = phone.app.scanner.live().use { camera ->
        val frame = scarf.frame()
        fun look() = camera.frame(frame.luma, frame.width, frame.height, frame.stride, Rotation.NONE)
        val first = look()
        assertNull(look().fresh)
        camera.forget()
        assertEquals(first.fresh, look().fresh)
        first.codes[checkNotNull(first.fresh).toInt()].text
    }

    private suspend fun readsTheRules(phone: Phone) {
        val programme = phone.app.programme
        val versions = programme.rulesVersions()
        assertEquals(programme.rulebook(), programme.rulebook(programme.rulebook().version))
        val (newest, oldest) = versions.first().version to versions.last().version
        assertEquals(oldest == newest, programme.rulebookChanges(oldest, newest).isEmpty())
    }

    private suspend fun Gallery.isReminded(phone: Phone) {
        givePoints(checkNotNull(phone.app.account.member()).memberId)
        phone.app.sync.pull()
        val plan = phone.app.reminders.plan()
        assertEquals(plan, phone.app.reminders.changes(emptyList()).schedule)
        assertFalse(plan.isEmpty())
    }

    private fun saysThings(phone: Phone) {
        val texts = phone.app.texts
        assertEquals("1\u00a0234,50\u00a0₽", texts.money(123_450))
        assertEquals("14 марта 2026", texts.day(CalendarDate(2026, 3u, 14u)).replace('\u00a0', ' '))
        assertEquals("14 марта 2026, 15:00", texts.instant(START).replace('\u00a0', ' '))
    }

    private fun typed(number: Int = 7) = ManualEntry(
        issuedAt = "13.03.2026 12:00",
        total = "100,00",
        driveNumber = "7380440801290534",
        documentNumber = "$number",
        fiscalSign = "1880975916",
        operation = "приход",
    )
}
