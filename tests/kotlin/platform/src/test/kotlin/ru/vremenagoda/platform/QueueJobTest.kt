package ru.vremenagoda.platform

import android.app.Activity
import android.app.job.JobInfo
import android.app.job.JobParameters
import android.app.job.JobScheduler
import java.time.Duration
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.Robolectric
import org.robolectric.RobolectricTestRunner
import org.robolectric.Shadows.shadowOf
import org.robolectric.annotation.Config
import org.robolectric.util.ReflectionHelpers
import ru.vremenagoda.kit.android.QueueJob
import ru.vremenagoda.testing.eventually
import ru.vremenagoda.testing.receiptText

@RunWith(RobolectricTestRunner::class)
@Config(application = PhoneApp::class)
class QueueJobTest {
    private val parameters = ReflectionHelpers.newInstance(JobParameters::class.java)

    @Test
    fun `what waits when the last screen goes has a job, which waits for a network and outlives a restart`() = onPhone {
        val screen = Robolectric.buildActivity(Activity::class.java).setup()
        val vremena = signedIn()
        screen.pause().stop()
        eventually("nothing waits") { scheduled().isEmpty() }
        screen.restart().resume()
        hasNetwork(false)
        eventually("it is awake") { runCatching { vremena.receipts.captureText(receiptText(1)) }.isSuccess }
        screen.pause().stop()
        eventually("the job") { scheduled().size == 1 }
        val job = scheduled().single()
        assertTrue(job.isPersisted && job.requiredNetwork != null)
        QueueJob.schedule(app)
        assertEquals(listOf(job), scheduled())
    }

    @Test
    fun `the job sends the queue in a process without a screen`() = onPhone {
        captured(3)
        val job = Robolectric.buildService(QueueJob::class.java).create().get()
        assertTrue(job.onStartJob(parameters))
        eventually("it is done") { shadowOf(job).isJobFinished }
        assertFalse(shadowOf(job).isRescheduleNeeded)
        assertEquals(3, admin.receipts().size)
    }

    @Test
    fun `stopped in the middle it comes again, and everything arrives once`() = onPhone {
        captured(3)
        admin.slowNetwork(Duration.ofMillis(300))
        val first = Robolectric.buildService(QueueJob::class.java).create()
        assertTrue(first.get().onStartJob(parameters))
        eventually("the first has come") { admin.receipts().isNotEmpty() }
        assertTrue(first.get().onStopJob(parameters))
        first.destroy()
        admin.slowNetwork(Duration.ZERO)
        val second = Robolectric.buildService(QueueJob::class.java).create().get()
        assertTrue(second.onStartJob(parameters))
        eventually("all have come") { admin.receipts().size == 3 }
        eventually("it is done") { shadowOf(second).isJobFinished }
        assertEquals(3, vremenaReceipts())
    }

    /** By a process that is gone. */
    private suspend fun Phone.captured(count: Int) {
        val vremena = signedIn()
        hasNetwork(false)
        for (number in 1..count) vremena.receipts.captureText(receiptText(number))
        isKilled()
        start()
    }

    private suspend fun Phone.vremenaReceipts() = process.working { it.receipts.page().size }

    private fun Phone.scheduled(): List<JobInfo> =
        checkNotNull(app.getSystemService(JobScheduler::class.java)).allPendingJobs
}
