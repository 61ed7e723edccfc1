package ru.vremenagoda.ffi

import java.nio.file.Files
import java.nio.file.Path
import kotlin.io.path.copyTo
import kotlin.io.path.exists
import kotlin.io.path.listDirectoryEntries
import kotlin.io.path.name
import org.junit.jupiter.api.Assertions.assertArrayEquals
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.assertThrows
import ru.vremenagoda.ffi.support.START
import ru.vremenagoda.ffi.support.inGallery
import ru.vremenagoda.ffi.support.receiptText
import ru.vremenagoda.ffi.support.snapshots
import ru.vremenagoda.ffi.support.until

/** Files as phones have them: damaged, or of an earlier version of the app. */
class DamagedFilesTest {
    @Test
    fun `a damaged file is set aside, its queue is saved, and the member is told until they put it away`() = inGallery {
        val former = signedIn()
        former.capture(receiptText(1))
        admin.network(true, "status:400")
        former.outbox.drain(DrainBudget())
        for (number in 2..3) former.capture(receiptText(number))
        val queue = former.outbox.page(0, 10u)
        assertEquals(listOf("status-400", null, null), queue.map { it.wedgedReason })
        val (member, receipts) = former.account.member() to former.receipts.page(null, 10u)
        former.shutDown()
        former.losesFirstPage()
        val damaged = Files.readAllBytes(former.folder.resolve("member.db"))

        val phone = phone(former.config, former.lent)
        assertEquals(queue, phone.outbox.page(0, 10u))
        assertEquals(member, phone.account.member())
        assertEquals(receipts.map { it.identity }.toSet(), phone.receipts.page(null, 10u).map { it.identity }.toSet())
        val notice = phone.notices.list().single()
        assertEquals(NoticeKind.RECOVERED to 3u, notice.kind to notice.intentsSaved)
        assertFalse(notice.createdAt < START || notice.createdAt > phone.lent.clock.now(), "${notice.createdAt}")
        assertTrue(notice.setAside.startsWith("member.db.damaged-"), notice.setAside)
        assertArrayEquals(damaged, Files.readAllBytes(phone.folder.resolve(notice.setAside)))
        assertTrue("3 неотправленных действия" in notice.explanation.sentence, notice.explanation.sentence)
        assertEquals(NextStep.SCAN_AGAIN, notice.explanation.nextStep)

        val wedged = queue.first()
        phone.outbox.retry(wedged.entryId)
        phone.drained()
        assertEquals(3, admin.receipts().size)
        assertEquals(listOf(notice), restarted(phone).notices.list(), "nobody has put it away")
    }

    @Test
    fun `a file that is damaged while the app is away is mended when it comes back, and whoever observes hears`() =
        inGallery {
            val phone = signedIn()
            phone.capture(receiptText(1))
            val queue = phone.outbox.page(0, 10u)
            val notices = phone.notices.snapshots()
            assertEquals(emptyList<Notice>(), notices.until("the notices") { true }.notices)
            phone.core.pause()
            assertThrows<CoreException.Paused> { phone.notices.list() }
            assertThrows<CoreException.Paused> { phone.notices.dismiss(1) }
            phone.losesFirstPage()
            phone.core.resume()

            val told = notices.until("the notice") { it.notices.isNotEmpty() }.notices
            assertEquals(phone.notices.list(), told)
            assertEquals(queue, phone.outbox.page(0, 10u))
            repeat(2) { phone.notices.dismiss(told.single().noticeId) }
            notices.until("that it is put away") { it.notices.isEmpty() }
            assertEquals(emptyList<Notice>(), phone.notices.list())
            assertTrue(phone.folder.resolve(told.single().setAside).exists(), "support may need it")
        }

    /** The rows of `member-002.sql`. */
    @Test
    fun `files of an earlier version are opened, and nothing of them is lost`() = inGallery {
        val config = config()
        for (name in listOf("member", "cache")) {
            FROZEN.resolve("$name-002.db").copyTo(Path.of(config.directory).resolve("$name.db"))
        }
        // The first opening upgrades them, the second one finds them upgraded.
        repeat(2) {
            val phone = phone(config)
            assertEquals(Member("m-1", CalendarDate(2025, 2u, 3u), "leto", TIER_SINCE), phone.account.member())
            assertEquals(SessionState.EXPIRED, phone.account.sessionState(), "its keys stayed on the other phone")
            val receipts = phone.receipts.page(null, 200u)
            assertEquals(
                listOf(
                    2L to ReceiptState.CAPTURED, 1L to ReceiptState.CAPTURED, 6L to ReceiptState.CREDITED,
                    5L to ReceiptState.PENDING, 4L to ReceiptState.REJECTED, 3L to ReceiptState.CREDITED,
                ),
                receipts.map { it.localId to it.state },
            )
            assertEquals(listOf(50_000L, 129_900L, 100_000L, 250_000L, 3_000L, 700_000L), receipts.map { it.total })
            assertEquals(100_000L to "Бутик", receipts.last().run { returned to shop })
            assertEquals(
                listOf(
                    Triple(3L, "receipt", null), Triple(4L, "receipt", "odd-answer"),
                    Triple(6L, "registration", null), Triple(7L, "cancellation", null),
                ),
                phone.outbox.page(0, 200u).map { Triple(it.entryId, it.kind, it.wedgedReason) },
            )
            assertEquals(QueueSummary(3u, 1u), phone.home.snapshot().queue)
            val others = "queue: 1 registration wedged by status-451, "
            assertTrue(phone.core.diagnostics().lines().any { it.startsWith(others) }, "the other member's entry")
            assertEquals(emptyList<Notice>(), phone.notices.list())
            phone.shutDown()
        }
        val files = Path.of(config.directory).listDirectoryEntries().map { it.name }
        assertTrue(files.none { "damaged" in it }, "$files")

        val phone = phone(config)
        phone.outbox.retry(4)
        assertEquals(QueueSummary(4u, 0u), phone.home.snapshot().queue)
        phone.capture(receiptText(1))
        assertEquals(5, phone.outbox.page(0, 200u).size)
    }

    private companion object {
        val FROZEN: Path = Path.of(System.getProperty("vremena.pictures")).resolveSibling("db")
        val TIER_SINCE: java.time.Instant = java.time.Instant.parse("2026-01-01T00:00:00Z")
    }
}
