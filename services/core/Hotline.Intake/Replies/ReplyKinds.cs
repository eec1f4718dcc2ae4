namespace Hotline.Intake.Replies;

/// <summary>Which replies are carried to the citizen. Tracking shows all of them; what is pushed costs him attention, and WeChat lets us push twenty times.</summary>
public static class ReplyKinds
{
    /// <summary>The receipt with number and query code: not a reply of the office, and sent only where the channel has no other way to give it.</summary>
    public const string Receipt = "receipt";

    /// <summary>Number and version of the receipt among an appeal's replies.</summary>
    public const int ReceiptVersion = 0;

    /// <summary>
    /// Whether a kind goes to the citizen's own inbox, chat or phone.
    /// <list type="table">
    /// <item><term>danger</term><description>yes, before all others: which number to call is of use now or never</description></item>
    /// <item><term>accepted</term><description>yes: his number, and by when he has his answer</description></item>
    /// <item><term>dispatched</term><description>no: it happens two or three times and asks nothing of him</description></item>
    /// <item><term>answered, handled</term><description>yes: what he wrote for</description></item>
    /// <item><term>answer-changed</term><description>yes: what he relies on no longer holds</description></item>
    /// <item><term>callback</term><description>yes: he is asked something</description></item>
    /// <item><term>closed</term><description>yes: the last word, and where to turn if it is not solved</description></item>
    /// <item><term>withdrawn</term><description>yes: should it not have been he who withdrew, he learns of it</description></item>
    /// <item><term>too-late</term><description>yes: nobody will look at what he added</description></item>
    /// <item><term>any other</term><description>yes: a kind made later is not lost in silence</description></item>
    /// </list>
    /// </summary>
    public static bool GoToCitizen(string kind) => kind is not "dispatched";

    /// <summary>Whether a kind is published where everybody reads: the office's answer, word for word, and nothing of its course.</summary>
    public static bool ArePublished(string kind) => kind is "answered" or "answer-changed" or "handled";

    /// <summary>Whether a kind overtakes what waits.</summary>
    public static bool CannotWait(string kind) => kind is "danger";
}
