namespace Hotline.Contracts;

/// <summary>Who may do what (domain: agent 坐席, acceptor 受理员, dispatcher 派单员 …); a user of the organization file has one or more.</summary>
public static class Roles
{
    public const string Agent = "agent";
    public const string Acceptor = "acceptor";
    public const string Dispatcher = "dispatcher";
    public const string StationDispatcher = "station-dispatcher";
    public const string UnitHandler = "unit-handler";

    /// <summary>The head of a unit 单位负责人: where the unit requires it, no reply leaves before he issues it 签发.</summary>
    public const string UnitHead = "unit-head";
    public const string CallbackAgent = "callback-agent";
    /// <summary>Of the discipline commission 纪检监察机关: he alone reads what comes by the supervision line.</summary>
    public const string DisciplineOfficer = "discipline-officer";

    public const string Auditor = "auditor";
    public const string Administrator = "administrator";

    /// <summary>A partner 合作单位 who may read case files: no person's role, the partner gateway alone gives it.</summary>
    public const string Partner = "partner";

    /// <summary>A partner who may have a contact shown: given for that one request.</summary>
    public const string PartnerContacts = "partner-contacts";

    /// <summary>The roles of partners.</summary>
    public static readonly IReadOnlySet<string> Partners = new HashSet<string> { Partner, PartnerContacts };

    /// <summary>The roles of the staff.</summary>
    public static readonly IReadOnlySet<string> All = new HashSet<string>
    {
        Agent, Acceptor, Dispatcher, StationDispatcher, UnitHandler, UnitHead, CallbackAgent, DisciplineOfficer, Auditor, Administrator,
    };
}
