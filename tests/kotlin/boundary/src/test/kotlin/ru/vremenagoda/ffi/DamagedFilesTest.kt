package ru.vremenagoda.ffi

import java.nio.file.Files
import kotlin.io.path.exists
import org.junit.jupiter.api.Assertions.assertArrayEquals
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.assertThrows
import ru.vremenagoda.ffi.support.inGallery
import ru.vremenagoda.ffi.support.snapshots
import ru.vremenagoda.testing.START
import ru.vremenagoda.testing.receiptText
import ru.vremenagoda.testing.until

/** Files that are damaged, and what is saved of them. */
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
}
